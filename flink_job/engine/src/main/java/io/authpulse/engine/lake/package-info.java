/** How SQL reaches the tables. */
package io.authpulse.engine.lake;
