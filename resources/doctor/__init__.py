"""A sheet that tells a doctor, in two languages, what somebody would rather not say aloud."""
