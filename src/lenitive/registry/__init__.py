"""What follows from many patients: their facts as Parquet, and questions asked of all of them."""
