"""Client for Fluxion: see `fluxion.client`. The messages are in `fluxion.protos.fluxion_pb2`."""
