"""Charts from elsewhere and back: case files, FHIR R4 Bundles and Bulk Data."""
