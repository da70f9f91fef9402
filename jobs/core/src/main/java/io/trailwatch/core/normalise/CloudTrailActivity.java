package io.trailwatch.core.normalise;

import java.util.Map;

/**
 * Class and activity of a CloudTrail event, as Amazon Security Lake assigns them: console sign-ins
 * are Authentication, changes to IAM users Account Change, everything else API Activity by the verb
 * of its name.
 *
 * @param ocsfClass class of the row
 * @param id activity_id within the class
 * @param name activity_name
 * @param typeName type_name
 */
record CloudTrailActivity(OcsfClass ocsfClass, int id, String name, String typeName) {
    private static final CloudTrailActivity LOGON =
            new CloudTrailActivity(OcsfClass.AUTHENTICATION, 1, "Logon");
    private static final CloudTrailActivity LOGOFF =
            new CloudTrailActivity(OcsfClass.AUTHENTICATION, 2, "Logoff");
    private static final CloudTrailActivity CREATE = api(1, "Create");
    private static final CloudTrailActivity READ = api(2, "Read");
    private static final CloudTrailActivity UPDATE = api(3, "Update");
    private static final CloudTrailActivity DELETE = api(4, "Delete");
    private static final CloudTrailActivity OTHER = api(99, "Other");

    private static final CloudTrailActivity OTHER_SIGN_IN =
            new CloudTrailActivity(OcsfClass.AUTHENTICATION, 99, "Other");

    private static final Map<String, CloudTrailActivity> SIGN_IN =
            Map.of(
                    "ConsoleLogin", LOGON,
                    "CheckMfa", LOGON,
                    "SwitchRole", LOGON,
                    "CredentialVerification", LOGON,
                    "UserAuthentication", LOGON,
                    "ExitRole", LOGOFF,
                    "Logout", LOGOFF);

    private static final Map<String, CloudTrailActivity> IAM_USER =
            Map.ofEntries(
                    account("CreateUser", 1, "Create"),
                    account("ChangePassword", 3, "Password Change"),
                    account("CreateLoginProfile", 4, "Password Reset"),
                    account("UpdateLoginProfile", 4, "Password Reset"),
                    account("DeleteLoginProfile", 5, "Disable"),
                    account("DeleteUser", 6, "Delete"),
                    account("AttachUserPolicy", 7, "Attach Policy"),
                    account("PutUserPolicy", 7, "Attach Policy"),
                    account("DetachUserPolicy", 8, "Detach Policy"),
                    account("DeleteUserPolicy", 8, "Detach Policy"),
                    account("EnableMFADevice", 10, "MFA Factor Enable"),
                    account("DeactivateMFADevice", 11, "MFA Factor Disable"));

    private CloudTrailActivity(OcsfClass ocsfClass, int id, String name) {
        this(ocsfClass, id, name, ocsfClass.label() + ": " + name);
    }

    static CloudTrailActivity of(String eventSource, String eventName) {
        if (eventSource.equals("signin.amazonaws.com")) {
            return SIGN_IN.getOrDefault(eventName, OTHER_SIGN_IN);
        }
        if (eventSource.equals("iam.amazonaws.com")) {
            CloudTrailActivity change = IAM_USER.get(eventName);
            if (change != null) {
                return change;
            }
        }
        return byVerb(eventName);
    }

    private static CloudTrailActivity byVerb(String eventName) {
        if (startsWithAny(
                eventName,
                "Get",
                "List",
                "Describe",
                "Lookup",
                "Search",
                "Head",
                "BatchGet",
                "Query",
                "Scan",
                "Select")) {
            return READ;
        }
        if (startsWithAny(
                eventName, "Create", "Run", "Register", "Allocate", "Import", "Copy", "Issue")) {
            return CREATE;
        }
        if (startsWithAny(
                eventName, "Delete", "Remove", "Terminate", "Deregister", "Release", "Purge")) {
            return DELETE;
        }
        if (startsWithAny(
                eventName,
                "Put",
                "Update",
                "Modify",
                "Attach",
                "Detach",
                "Add",
                "Set",
                "Change",
                "Enable",
                "Disable",
                "Associate",
                "Disassociate",
                "Authorize",
                "Revoke",
                "Tag",
                "Untag",
                "Start",
                "Stop",
                "Reboot",
                "Replace",
                "Reset",
                "Restore")) {
            return UPDATE;
        }
        return OTHER;
    }

    private static boolean startsWithAny(String name, String... verbs) {
        for (String verb : verbs) {
            if (name.startsWith(verb)) {
                return true;
            }
        }
        return false;
    }

    private static CloudTrailActivity api(int id, String name) {
        return new CloudTrailActivity(OcsfClass.API_ACTIVITY, id, name);
    }

    private static Map.Entry<String, CloudTrailActivity> account(
            String eventName, int id, String name) {
        return Map.entry(eventName, new CloudTrailActivity(OcsfClass.ACCOUNT_CHANGE, id, name));
    }
}
