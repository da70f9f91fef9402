package io.trailwatch.core.normalise;

/** The OCSF 1.1.0 classes our tables hold, with their category. */
enum OcsfClass {
    ACCOUNT_CHANGE(3001, "Account Change", 3, "Identity & Access Management"),
    AUTHENTICATION(3002, "Authentication", 3, "Identity & Access Management"),
    NETWORK_ACTIVITY(4001, "Network Activity", 4, "Network Activity"),
    DETECTION_FINDING(2004, "Detection Finding", 2, "Findings"),
    HTTP_ACTIVITY(4002, "HTTP Activity", 4, "Network Activity"),
    DNS_ACTIVITY(4003, "DNS Activity", 4, "Network Activity"),
    API_ACTIVITY(6003, "API Activity", 6, "Application Activity");

    private final int uid;
    private final String label;
    private final int categoryUid;
    private final String categoryName;

    OcsfClass(int uid, String label, int categoryUid, String categoryName) {
        this.uid = uid;
        this.label = label;
        this.categoryUid = categoryUid;
        this.categoryName = categoryName;
    }

    int uid() {
        return uid;
    }

    String label() {
        return label;
    }

    int categoryUid() {
        return categoryUid;
    }

    String categoryName() {
        return categoryName;
    }
}
