package io.authpulse.engine.kinesis;

import java.io.IOException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What the SDK's exceptions mean for the source. Where no repetition helps, one line says which stream, where, and what
 * to check; the words {@code stream.arn}, {@code aws.region} and {@code aws.endpoint} are those of the job's property
 * groups.
 */
final class AwsErrors {
    private static final int LONGEST = 200;

    private static final Set<String> THROTTLED = Set.of(
            "ProvisionedThroughputExceededException", "LimitExceededException", "KMSThrottlingException");

    /** Credentials of a role are renewed in the background. */
    private static final Set<String> PASSING = Set.of("ExpiredTokenException", "InternalFailureException");

    private static final Set<String> DENIED = Set.of("AccessDeniedException", "AccessDenied", "NotAuthorized");

    private static final Set<String> UNKNOWN_CALLER = Set.of(
            "UnrecognizedClientException", "InvalidSignatureException", "MissingAuthenticationTokenException",
            "IncompleteSignature", "InvalidClientTokenId", "OptInRequired");

    private final String streamArn;
    private final String region;
    private final String endpointOrNull;

    AwsErrors(String streamArn, String region, String endpointOrNull) {
        this.streamArn = streamArn;
        this.region = region;
        this.endpointOrNull = endpointOrNull;
    }

    KinesisException of(String operation, SdkException error) {
        if (error instanceof AwsServiceException answer) {
            return ofAnswer(operation, answer);
        }
        if (error instanceof RetryableException
                || error instanceof ApiCallAttemptTimeoutException
                || error instanceof AbortedException
                || error.getCause() instanceof IOException) {
            String check = "no answer; check aws.endpoint, aws.region and the network";
            return new KinesisException.Unavailable(line(operation, error.getMessage(), check), error);
        }
        return new KinesisException.Refused(
                line(operation, error.getMessage(), "check the credentials in the job's environment"), error);
    }

    private KinesisException ofAnswer(String operation, AwsServiceException error) {
        AwsErrorDetails details = error.awsErrorDetails(); // not there when a proxy answered instead of the service
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        String said = details == null || details.errorMessage() == null ? error.getMessage() : details.errorMessage();
        boolean listing = operation.equals("ListShards");
        if (THROTTLED.contains(code) || error.isThrottlingException()) {
            return new KinesisException.Throttled(line(operation, said, "slowing down"), error);
        }
        if (code.equals("ExpiredIteratorException")) {
            return new KinesisException.IteratorExpired(line(operation, said, "asking for another"), error);
        }
        if (code.equals("ResourceNotFoundException") && !listing) {
            return new KinesisException.ShardGone(line(operation, said, "past retention?"), error);
        }
        if (error.statusCode() >= 500 || PASSING.contains(code) || startIsAhead(said)) {
            return new KinesisException.Unavailable(line(operation, said, "trying again"), error);
        }
        return new KinesisException.Refused(line(operation, code + ": " + said, whatToCheck(code)), error);
    }

    /** A start a little in the future, by clocks that differ: it becomes valid by itself. */
    private static boolean startIsAhead(String said) {
        return said != null && said.contains("timestampInMillis") && said.contains("greater than");
    }

    private static String whatToCheck(String code) {
        if (code.equals("ResourceNotFoundException")) {
            return "check stream.arn and aws.region, or create the stream";
        }
        if (DENIED.contains(code)) {
            return "check that the job's role may kinesis:ListShards, kinesis:GetShardIterator and kinesis:GetRecords";
        }
        if (UNKNOWN_CALLER.contains(code)) {
            return "check the credentials in the job's environment";
        }
        if (code.startsWith("KMS")) {
            return "check that the job's role may kms:Decrypt with the stream's key";
        }
        if (code.equals("InvalidArgumentException")) {
            return "check whether the stream was created anew since the savepoint; if so, start without state";
        }
        return "check stream.arn, aws.region and aws.endpoint";
    }

    private String line(String operation, String said, String check) {
        String where = endpointOrNull == null || endpointOrNull.isEmpty() ? region : region + " at " + endpointOrNull;
        String message = operation + " of stream " + streamArn + " in " + where + ": " + brief(said) + ": " + check;
        return message.replaceAll("\\s+", " ");
    }

    /** The SDK lists every place where it looked for credentials; the cause has it all. */
    private static String brief(String said) {
        String text = String.valueOf(said);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
