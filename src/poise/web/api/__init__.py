"""The JSON API: the same functions as the pages, for programs that come with a key."""
