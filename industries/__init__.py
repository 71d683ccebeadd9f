"""What the portal is about: sectors, projects, enterprises, places, policies, figures and their sources."""
