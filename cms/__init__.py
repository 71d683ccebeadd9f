"""The content management site, whatever it is about: knows neither `home` nor `industries`."""
