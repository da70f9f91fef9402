package io.trailwatch.cli.generate;

import io.trailwatch.cli.generate.Organisation.Account;

/** Calls that change who may reach what; made by pipelines in good faith and by attackers. */
final class Changes {
    private Changes() {}

    static ApiCall allowIngress(
            Account account, Caller caller, String group, int port, String range, Dice dice) {
        return ApiCall.of(account, caller, "ec2:AuthorizeSecurityGroupIngress")
                .request(
                        "{'groupId':'%s','ipPermissions':{'items':[{'ipProtocol':'tcp',"
                                + "'fromPort':%d,'toPort':%d,'groups':{},"
                                + "'ipRanges':{'items':[{'cidrIp':'%s'}]},"
                                + "'ipv6Ranges':{},'prefixListIds':{}}]}}",
                        group, port, port, range)
                .response(
                        "{'requestId':'%s','_return':true,'securityGroupRuleSet':{'items':[{"
                                + "'groupOwnerId':'%s','groupId':'%s','securityGroupRuleId':"
                                + "'sgr-0%s','isEgress':false,'ipProtocol':'tcp','fromPort':%d,"
                                + "'toPort':%d,'cidrIpv4':'%s'}]}}",
                        dice.uuid(), account.id(), group, dice.hex(16), port, port, range);
    }

    /**
     * @param principal the policy's {@code Principal}, single-quoted JSON
     */
    static ApiCall putBucketPolicy(
            Account account, Caller caller, String bucket, String principal) {
        String arn = Organisation.bucketArn(bucket);
        return ApiCall.of(account, caller, "s3:PutBucketPolicy")
                .request(
                        "{'bucketPolicy':{'Version':'2012-10-17','Statement':[{'Effect':'Allow',"
                                + "'Principal':%s,'Action':['s3:GetObject','s3:ListBucket'],"
                                + "'Resource':['%s/*','%s']}]},'bucketName':'%s',"
                                + "'Host':'%s.s3.%s.amazonaws.com','policy':''}",
                        principal, arn, arn, bucket, bucket, Organisation.REGION)
                .resource("AWS::S3::Bucket", arn);
    }
}
