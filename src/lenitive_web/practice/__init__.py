"""The practice's own settings: people, rooms and imaging, payers, policy options, letter heads."""
