"""From a folder of one's own sounds to a file for the page, in one command."""
