"""Charts, drawn as pictures or laid into sheets; what tells things apart in each."""
