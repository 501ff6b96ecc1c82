"""A clinic of invented patients and accounts, for looking around. Nobody in it is or was a person."""
