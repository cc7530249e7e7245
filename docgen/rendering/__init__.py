"""Paper out: blank forms drawn and filled, notices compiled and issued."""
