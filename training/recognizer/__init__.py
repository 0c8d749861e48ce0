import os

# onnxruntime calls home unless this is set before it is imported, by whichever module of the package.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
