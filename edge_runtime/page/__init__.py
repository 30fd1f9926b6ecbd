"""The web page and its server; needs the extra `serve`, and only when it runs."""
