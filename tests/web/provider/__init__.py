"""A small OpenID Connect provider of our own, as a real process: discovery, codes with PKCE, keys, signed tokens."""
