"""The pages and endpoints of learning, by what a person does there."""
