package io.trailwatch.core.detect.rule;

import io.trailwatch.event.LogKind;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Which log a rule reads (Sigma rules specification 2.1, attribute logsource). */
public record LogSource(
        @Nullable String category, @Nullable String product, @Nullable String service)
        implements Serializable {

    /**
     * The kind of log meant: product aws with service cloudtrail or vpcflow, category application,
     * or service app.
     */
    LogKind kind() {
        if ("aws".equals(product) && category == null) {
            if ("cloudtrail".equals(service)) {
                return LogKind.CLOUDTRAIL;
            }
            if ("vpcflow".equals(service)) {
                return LogKind.VPC_FLOW;
            }
        }
        if (product == null
                && (category == null ? "app".equals(service) : isApplicationCategory())) {
            return LogKind.APP_EVENT;
        }
        throw new Refusal(
                "logsource",
                ("category %s, product %s, service %s is no log read here; use product aws with"
                                + " service cloudtrail or vpcflow, or category application")
                        .formatted(category, product, service));
    }

    private boolean isApplicationCategory() {
        return "application".equals(category) && (service == null || service.equals("app"));
    }
}
