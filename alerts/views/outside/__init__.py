"""What leaves the site for people who have no account: the sheet on paper, the text to pass on."""
