"""What readers get: calendar fragments and feeds, the JSON contract, and mails."""
