"""The services for machines: CDS Hooks, the FHIR API, and the description of both."""
