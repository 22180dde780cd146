"""A sheet that tells a doctor, in two languages, what is hard to say aloud."""
