"""Rules of one's own: each module here is one. Its name carries the rule's code and name."""
