"""Where the API is on a server."""

API_PATH = "/api/v2"
