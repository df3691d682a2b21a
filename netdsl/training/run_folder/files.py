"""The files of a run folder, by their names."""

FACTS = "run.json"
RECIPE = "recipe.yaml"
METRICS = "metrics.jsonl"
RESULT = "result.json"
BEST = "best.safetensors"
LAST = "last.safetensors"
CHECKPOINT = "checkpoint.safetensors"
