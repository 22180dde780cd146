"""The screens of alerts: the list, the check, one alert, notes for the desk."""
