"""One routing core: routes of units over visits that hang together in time, for whatever is to be routed.

A reader writes the question as rows (`problem.Routing`), hands `arrays.arrays` of it to `search`, and reads routes and
starts back. It knows the domain; the core knows none. Two rules make the core exact: all visits start as early as the
routes and gaps allow (so the cost must not fall with a later start), and a gap is a longest-path arc.

    problem = arrays(routing)
    routes = anneal(problem, insertion_routes(problem), Clock(Limit(seconds=60, seed=1)))
    starts, cost = schedule(problem, routes)   # cost of 1e5 or more a minute: some hard end is broken

`Limit(work=N)` counts moves and repeats exactly: the same question, seed and N give the same routes.

Visits may be left out for a price (`skip_cost`), loads go aboard at one visit and leave at another (`Load`): with who
has them at first, or with a vehicle that fetches them, within its room. Who is somewhere may be held there until
another visit has begun (`Hold`), and it may cost that two visits are apart (`Coupling`). planner.solver.routes writes
so what moves in a plan once the squads stand:

- A crew is a `RouteVehicle` that starts at its base and ends anywhere; `weight` is how many officers they are.
- A pickup may be left out; the delivery is then the squad's, which is the vehicle that holds the load.
- An exam may be left out for what an exam that nobody makes costs.
- A squad whose scene is to be examined is held until the exam begins.
- In cities where doors are shut or open late, squads are vehicles that start at the assembly place, and raids are
  visits that loads come from: a squad drives those of its last raid, or all are fetched. A door that is shut so far may
  be left out.
- A delivery is at one of the nearest custody places (`others`), each a `Store` with its cells and interview rooms.

Not in the core: limits on the length of a route beyond the hour when it must end.

numba compiles on the first use ever (40 s of one core; `make setup` does it) and keeps the result, which loads in 1 s;
`problem` and `arrays` do without it, so a command that only reads input never waits.
"""
