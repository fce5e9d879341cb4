"""Watches of a graph, by both clients, over connections that are cut now and then."""

import contextlib
import itertools
import pathlib
import socket
import threading

import pytest

from fluxion import Cursor, errors
from fluxion.v1 import insight_pb2

CORES = """
version: 1
resources: [{type: slot, count: 1, label: default, with: [{type: core, count: 1}]}]
tasks: [{command: [app], slot: default, count: {per_slot: 1}}]
attributes: {system: {duration: 60}}
"""


def told(watch):
    """The next thing that is no bookmark."""
    return next(each for each in watch if each.state is not None or each.event is not None)


def make(server, graph, name):
    return server.create_graph(name, pathlib.Path(graph), replace=True)


def test_the_state_comes_first_and_then_what_happens(server, graph):
    g = make(server, graph, "watched")
    first = g.match(CORES, job_key="mine")
    watch = iter(g.watch(state=True))
    begun = told(watch)
    assert [(job.job_id, job.job_key) for job in begun.state.jobs] == [(first.job_id, "mine")]
    assert begun.cursor == Cursor(first.incarnation, 2)
    second = g.match(CORES)
    assert told(watch).event.job_booked.job.job_id == second.job_id
    g.cancel(first.job_id)
    gone = iter(g.watch(after=begun.cursor, kinds=[insight_pb2.EVENT_KIND_JOB_CANCELED]))
    heard = told(gone)
    assert (heard.event.job_canceled.job_id, heard.cursor.revision) == (first.job_id, 4)
    g.drop()
    with pytest.raises(errors.UnknownGraphError):
        told(gone)


def test_a_place_that_means_nothing_is_refused(server, graph):
    g = make(server, graph, "watched")
    incarnation = g.info().incarnation
    with pytest.raises(errors.InvalidArgumentError):
        next(iter(g.watch(after=Cursor(incarnation, 9))))
    with pytest.raises(errors.FluxionError) as refused:
        next(iter(g.watch(after=Cursor("0123456789abcdef", 1))))
    assert "incarnation" in str(refused.value)
    with pytest.raises(ValueError):
        next(iter(g.watch(after=Cursor(incarnation, 1), state=True)))
    g.drop()


class Wire:
    """Passes connections on to a server until they are cut."""

    def __init__(self, host):
        name, _, port = host.rpartition(":")
        self.far = (name, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.open, self.threads = [], []
        self.start(self.serve)

    def start(self, work, *about):
        thread = threading.Thread(target=work, args=about, daemon=True)
        self.threads.append(thread)
        thread.start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                self.start(self.carry_both, near, socket.create_connection(self.far))

    def carry_both(self, near, far):
        with near, far:
            self.open += [near, far]
            back = threading.Thread(target=self.carry, args=(far, near))
            back.start()
            self.carry(near, far)
            back.join()

    @staticmethod
    def carry(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                sink.sendall(data)
        end(source)
        end(sink)

    def cut(self):
        for each in self.open:
            end(each)
        self.open = []

    def close(self):
        end(self.listener)
        self.threads[0].join()
        self.cut()
        for thread in self.threads:
            thread.join()
        self.listener.close()


def end(each):
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)


def test_a_watch_goes_on_when_its_connection_is_cut(server, connect, host, graph):
    near, wire = make(server, graph, "cut"), Wire(host)
    far = connect(wire.host)
    watch = iter(far.graph("cut").watch(bookmarks=1))
    assert next(watch).cursor.revision == 1
    revisions = itertools.count(2)
    for _ in range(5):
        job = near.match(CORES).job_id
        assert told(watch).cursor.revision == next(revisions)
        wire.cut()
        near.cancel(job)
        assert told(watch).cursor.revision == next(revisions)
    watch.close()
    far.close()
    wire.close()
    near.drop()
