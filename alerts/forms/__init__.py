"""Forms of the alerts' pages. Those of the report's steps are in `alerts.report.forms`."""
