"""Values, texts and documents, without knowledge of the business."""
