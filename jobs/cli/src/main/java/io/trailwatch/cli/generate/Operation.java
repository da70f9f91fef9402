package io.trailwatch.cli.generate;

import com.fasterxml.jackson.core.type.TypeReference;
import io.trailwatch.cli.generate.Organisation.Account;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call people and machines make every day, from {@code ordinary-calls.json}.
 *
 * @param action as IAM policies name it
 * @param request null for none; {@code $bucket}, {@code $instance}, {@code $function} and {@code
 *     $role} in its values are filled in
 */
record Operation(String action, @Nullable Map<String, Object> request) {
    private static final Catalogue CATALOGUE = load();
    private static final List<String> ROLES =
            List.of("pondsong-web", "pondsong-worker", "pondsong-ci", "pondsong-monitoring");

    /** What the console and people's tools ask for together: one list per page. */
    static final List<List<Operation>> PAGES = CATALOGUE.pages();

    static final List<Operation> INSTANCES_PAGE = PAGES.get(0);
    static final List<Operation> DATABASE_PAGE = PAGES.get(4);

    /** What Terraform reads in a plan. */
    static final List<Operation> PLAN = CATALOGUE.plan();

    private record Catalogue(List<List<Operation>> pages, List<Operation> plan) {}

    ApiCall by(Caller caller, Account account, Dice dice) {
        ApiCall call = ApiCall.of(account, caller, action);
        if (request == null) {
            return call;
        }
        String bucket = dice.pick(Organisation.BUCKETS);
        String template = Json.text(request);
        if (template.contains("$bucket")) {
            call.resource("AWS::S3::Bucket", Organisation.bucketArn(bucket));
        }
        return call.request(
                "%s",
                template.replace("$bucket", bucket)
                        .replace("$instance", dice.pick(Organisation.WEB_SERVERS).instance())
                        .replace("$function", dice.pick(Organisation.FUNCTIONS))
                        .replace("$role", dice.pick(ROLES)));
    }

    private static Catalogue load() {
        try (InputStream source = Operation.class.getResourceAsStream("ordinary-calls.json")) {
            return Json.MAPPER.readValue(source, new TypeReference<Catalogue>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
