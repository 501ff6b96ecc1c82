"""The front desk's page of a patient: who it is, insurance, visits, the invitation. Nothing of the illness."""
