"""The goals: each figure of the product beside the anchor it is measured against, in one run."""
