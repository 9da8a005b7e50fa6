"""From a source to a folder a player can be given: what is made, by which commands, and how it is checked."""
