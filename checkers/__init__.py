"""The law: value types, facts, the policy schema, the engine and the encoded policies. Facts in, report out."""
