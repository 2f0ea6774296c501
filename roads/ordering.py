"""The order in which the junctions of a graph are contracted: nested dissection by place."""

import multiprocessing
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray
from routingkit_cch import compute_order_inertial

from roads.engine import arcs_of
from roads.graph import Graph


def order_of(graph: Graph) -> NDArray[np.uint32]:
    """The order of the connected junctions: each number once."""
    arcs, nodes = arcs_of(graph), graph.nodes[: graph.num_nodes] / 1e7
    lists = (arcs.tail.tolist(), arcs.head.tolist(), nodes[:, 1].tolist(), nodes[:, 0].tolist())
    return np.array(compute_order_inertial(graph.num_nodes, *lists), np.uint32)


def order_apart(graph: Graph) -> NDArray[np.uint32]:
    """The same by a process of its own, which Ctrl-C ends at once: the library itself cannot be interrupted."""
    here, there = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.get_context("spawn").Process(target=_send_order, args=(there, graph), daemon=True)
    worker.start()
    there.close()
    try:
        order: NDArray[np.uint32] = here.recv()
    except EOFError as error:
        raise MemoryError("the process that orders the junctions ended early, as it does without memory") from error
    finally:
        worker.kill()
        worker.join()
    return order


def _send_order(there: Connection, graph: Graph) -> None:
    there.send(order_of(graph))
    there.close()
