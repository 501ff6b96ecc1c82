"""FHIR R4: Bundles, Bulk Data NDJSON and single resources to facts, and a chart to a Bundle."""
