package io.authpulse.engine.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.KinesisException.Builder;

class AwsErrorsTest {
    private static final String ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/auth";

    private final AwsErrors errors = new AwsErrors(ARN, "eu-west-1", null);

    @ParameterizedTest(name = "{1} in {0} is {3}")
    @CsvSource({
        "GetRecords, ProvisionedThroughputExceededException, 400, Throttled",
        "ListShards, LimitExceededException, 400, Throttled",
        "GetShardIterator, ThrottlingException, 400, Throttled",
        "GetRecords, KMSThrottlingException, 400, Throttled",
        "GetRecords, ExpiredIteratorException, 400, IteratorExpired",
        "GetShardIterator, ResourceNotFoundException, 400, ShardGone",
        "GetRecords, ResourceNotFoundException, 400, ShardGone",
        "ListShards, ResourceNotFoundException, 400, Refused",
        "GetRecords, InternalFailureException, 500, Unavailable",
        "GetRecords, ServiceUnavailable, 503, Unavailable",
        "GetRecords, ExpiredTokenException, 400, Unavailable",
        "GetRecords, AccessDeniedException, 400, Refused",
        "ListShards, UnrecognizedClientException, 400, Refused",
        "GetShardIterator, InvalidArgumentException, 400, Refused",
        "GetRecords, KMSAccessDeniedException, 400, Refused",
    })
    void each_answer_has_a_meaning(String operation, String code, int status, String meaning) {
        assertEquals(meaning, errors.of(operation, answer(code, status, "why")).getClass().getSimpleName());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "AccessDeniedException, kinesis:GetRecords",
        "ResourceNotFoundException, create the stream",
        "UnrecognizedClientException, check the credentials",
        "KMSAccessDeniedException, kms:Decrypt",
        "InvalidArgumentException, created anew since the savepoint",
        "ValidationException, aws.endpoint",
    })
    void a_refusal_says_in_one_line_which_stream_where_and_what_to_check(String code, String check) {
        String message = errors.of("ListShards", answer(code, 400, "not\n allowed")).getMessage();
        String start = "ListShards of stream " + ARN + " in eu-west-1: " + code + ": not allowed";
        assertTrue(message.startsWith(start), message);
        assertTrue(message.contains(check), message);
        assertFalse(message.contains("\n"));
    }

    @Test
    void an_endpoint_of_ones_own_is_named() {
        AwsErrors local = new AwsErrors(ARN, "us-east-1", "http://127.0.0.1:4566");
        String message = local.of("ListShards", answer("AccessDeniedException", 400, "no")).getMessage();
        assertTrue(message.contains("in us-east-1 at http://127.0.0.1:4566"), message);
    }

    @Test
    void an_answer_that_is_not_the_services_passes_if_its_status_says_so() {
        assertSame(KinesisException.Unavailable.class, errors.of("GetRecords", answer(null, 502, null)).getClass());
        assertSame(KinesisException.Refused.class, errors.of("GetRecords", answer(null, 404, null)).getClass());
    }

    @Test
    void a_lost_connection_passes_and_missing_credentials_do_not() {
        SdkException lost = SdkClientException.create("Unable to execute request", new ConnectException("refused"));
        assertSame(KinesisException.Unavailable.class, errors.of("GetRecords", lost).getClass());
        String everywhere = " from here".repeat(99);
        KinesisException missing =
                errors.of("GetRecords", SdkClientException.create("Unable to load credentials" + everywhere));
        assertSame(KinesisException.Refused.class, missing.getClass());
        assertTrue(missing.getMessage().contains("Unable to load credentials from"), missing.getMessage());
        assertTrue(missing.getMessage().endsWith("…: check the credentials in the job's environment"));
        assertTrue(missing.getMessage().length() < 400);
    }

    @Test
    void a_start_slightly_in_the_future_is_waited_for() {
        String said = "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis.";
        KinesisException error = errors.of("GetShardIterator", answer("InvalidArgumentException", 400, said));
        assertSame(KinesisException.Unavailable.class, error.getClass());
    }

    private static AwsServiceException answer(String code, int status, String said) {
        AwsErrorDetails details =
                AwsErrorDetails.builder().errorCode(code).errorMessage(said).build();
        Builder builder = software.amazon.awssdk.services.kinesis.model.KinesisException.builder();
        builder.awsErrorDetails(details);
        builder.statusCode(status);
        return builder.build();
    }
}
