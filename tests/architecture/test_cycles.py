"""Packages form no cycle, on any level: of two neighbours one knows the other, never both."""

import grimp

from tests.architecture.tree import report


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected groups of more than one node (Tarjan's method, 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in sorted(edges[node]):
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                groups.append(sorted(group))

    for node in sorted(edges):
        if node not in order:
            visit(node)
    return groups


Imports = dict[str, dict[str, str]]


def neighbours(graph: grimp.ImportGraph, package: str) -> Imports:
    """Child → children of the same package that it, or anything inside it, imports, each with one such import."""
    children = {child for child in graph.find_children(package) if not child.endswith(".tests")}
    owner = {inner: child for child in children for inner in {child} | graph.find_descendants(child)}
    edges: Imports = {child: {} for child in children}
    for inner, child in sorted(owner.items()):
        for imported in graph.find_modules_directly_imported_by(inner):
            other = owner.get(imported)
            if other and other != child:
                edges[child].setdefault(other, f"{inner} imports {imported}")
    return edges


def described(group: list[str], edges: Imports) -> list[str]:
    inside = [why for child in group for other, why in sorted(edges[child].items()) if other in group]
    return [" ↔ ".join(group), *(f"    {why}" for why in inside)]


def test_no_packages_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("kehu", exclude_type_checking_imports=True, cache_dir=None)
    found = []
    for package in sorted(module for module in graph.modules if graph.find_children(module)):
        edges = neighbours(graph, package)
        for group in circles({child: set(others) for child, others in edges.items()}):
            found += described(group, edges)
    advice = "Decide which is lower; the lower one announces, or takes what it needs as an argument."
    assert not found, report(found, advice)


def test_a_circle_of_three_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
