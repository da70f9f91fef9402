package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.event.LogKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElbFormatsTest {
    private static final String ALB =
            "https 2026-11-20T08:03:11.186641Z app/web/50dc6c495c0c9188 203.0.113.9:4711"
                + " 10.0.1.9:8080 0.001 0.022 0.000 200 201 34 366 \"GET"
                + " https://shop.example.com:443/cart?id=7&x=%20y HTTP/1.1\" \"Agent \\x22A\\x22"
                + " \\\\ 1\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2"
                + " arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/t/73e2"
                + " \"Root=1-58337262-36d228ad5d99923122bbe354\" \"shop.example.com\""
                + " \"arn:aws:acm:eu-west-1:111122223333:certificate/c-1\" 10"
                + " 2026-11-20T08:03:11.163000Z \"waf,forward\" \"-\" \"-\" \"10.0.1.9:8080\""
                + " \"201\" \"Ambiguous\" \"UriSpace\" TID_1";

    @Test
    void anApplicationLoadBalancerTellsRequestTargetAndTimes() {
        DecodedEvent event = Decodings.one(ALB);
        HttpRequest http = (HttpRequest) event.body();

        assertThat(event.event().key()).startsWith("alb/h/");
        assertThat(event.event().eventHour())
                .isEqualTo(http.time().getEpochSecond() / 3_600)
                .isPositive();
        assertThat(http.time()).isEqualTo(Instant.parse("2026-11-20T08:03:11.186641Z"));
        assertThat(http.start()).isEqualTo(Instant.parse("2026-11-20T08:03:11.163Z"));
        assertThat(http.client()).isEqualTo(new HttpRequest.Peer("203.0.113.9", 4711, null));
        assertThat(http.method()).isEqualTo("GET");
        assertThat(http.url())
                .isEqualTo(
                        new HttpUrl(
                                "https://shop.example.com:443/cart?id=7&x=%20y",
                                "https", "shop.example.com", 443, "/cart", "id=7&x=%20y"));
        assertThat(http.httpVersion()).isEqualTo("HTTP/1.1");
        assertThat(http.userAgent()).isEqualTo("Agent \"A\" \\ 1");
        assertThat(http.status()).isEqualTo(200);
        assertThat(http.requestBytes()).isEqualTo(34);
        assertThat(http.responseBytes()).isEqualTo(366);
        assertThat(http.tls())
                .isEqualTo(
                        new HttpRequest.Tls(
                                "TLSv1.2",
                                "ECDHE-RSA-AES128-GCM-SHA256",
                                "shop.example.com",
                                null));
        HttpRequest.Balancing balancing = http.balancing();
        assertThat(balancing.name()).isEqualTo("web");
        assertThat(balancing.target()).isEqualTo(new HttpRequest.Peer("10.0.1.9", 8080, null));
        assertThat(balancing.targetStatus()).isEqualTo(201);
        assertThat(balancing.classification()).isEqualTo("Ambiguous");
        assertThat(balancing.times()).containsEntry("target_processing_time", "0.022");
        assertThat(http.log().account()).isEqualTo("111122223333");
        assertThat(http.log().region()).isEqualTo("eu-west-1");
        assertThat(http.unmapped())
                .containsEntry("type", "https")
                .containsEntry("matched_rule_priority", "10")
                .containsEntry("conn_trace_id", "TID_1")
                .doesNotContainKeys("request", "time", "user_agent");
    }

    @Test
    void olderLinesHaveFewerColumnsAndNewerOnesMore() {
        String[] words = ALB.split(" \"arn:aws:acm", 2);
        HttpRequest older = Decodings.body(HttpRequest.class, words[0]);
        HttpRequest newer =
                Decodings.body(HttpRequest.class, ALB + " \"-\" \"/b\" \"ok\" \"to come\"");

        assertThat(older.start()).isNull();
        assertThat(older.url().host()).isEqualTo("shop.example.com");
        assertThat(newer.unmapped())
                .containsEntry("transformed_uri", "/b")
                .containsEntry("request_transform_status", "ok")
                .containsEntry("column_34", "to come")
                .doesNotContainKey("transformed_host");
    }

    @Test
    void aRequestThatIsNoneKeepsItsEvent() {
        HttpRequest http =
                Decodings.body(
                        HttpRequest.class,
                        "http 2026-11-20T08:03:11.186641Z app/web/50dc6c495c0c9188 [2001:db8::7]:80"
                                + " - -1 -1 -1 400 - 0 272 \"- http://web.example.com:80- -\" \"-\""
                                + " - - - \"-\" \"-\" \"-\" - x");

        assertThat(http.method()).isNull();
        assertThat(http.httpVersion()).isNull();
        assertThat(http.client().address()).isEqualTo("2001:db8::7");
        assertThat(http.tls()).isNull();
        assertThat(http.unmapped()).containsEntry("request_creation_time", "x");
    }

    @Test
    void linesThatOnlyBeginLikeOneAreNotTaken() {
        for (String line :
                List.of(
                        "http://example.com is no log line",
                        "http yesterday app/web/5 203.0.113.9:4711",
                        "ftp 2026-11-20T08:03:11Z app/web/5 203.0.113.9:4711 -",
                        "tls 2.0 now")) {
            assertThat(io.trailwatch.core.unwrap.Unwrapped.of(line).events).as(line).isEmpty();
        }
    }

    @Test
    void aLineThatEndsEarlyNamesItsColumns() {
        assertThat(
                        Decodings.rejection(
                                LogKind.HTTP_ACCESS,
                                "alb",
                                "http 2026-11-20T08:03:11Z app/web/5 203.0.113.9:4711 -"))
                .isEqualTo("COLUMN_COUNT: ALB entry has 5 columns, must have at least 13");
    }
}
