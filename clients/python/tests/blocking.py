"""The client for asyncio, called as its twin is."""

import inspect

import fluxion


class Blocking:
    """Makes an object of the asyncio client answer as its twin does, so that one table serves both."""

    def __init__(self, loop, inner):
        self.loop = loop
        self.inner = inner

    def __getattr__(self, name):
        value = getattr(self.inner, name)
        return self.blocking(value) if callable(value) else self.answer(value)

    def blocking(self, method):
        return lambda *args, **options: self.answer(method(*args, **options))

    def answer(self, value):
        if inspect.iscoroutine(value):
            value = self.loop.run_until_complete(value)
        if inspect.isasyncgen(value):
            return self.each(value)
        return Blocking(self.loop, value) if isinstance(value, (fluxion.AsyncGraph, fluxion.AsyncServer)) else value

    def each(self, items):
        try:
            while True:
                yield self.loop.run_until_complete(items.__anext__())
        except StopAsyncIteration:
            pass
        finally:
            # what a test has left open may be collected when its loop is gone
            if not self.loop.is_closed():
                self.loop.run_until_complete(items.aclose())
