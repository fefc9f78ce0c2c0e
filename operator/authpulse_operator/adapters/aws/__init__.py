"""AWS over boto3. Which AWS is a matter of the session's endpoint; nothing here asks whether it is a local one."""
