"""What teaches the reader: labelled replies, the fine-tuned encoder and the heads. Nothing here runs in the product."""
