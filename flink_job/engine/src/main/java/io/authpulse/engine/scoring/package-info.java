/** What is known of an account or a source host, and what the rules make of it. No Flink, no clock: testable as it is. */
package io.authpulse.engine.scoring;
