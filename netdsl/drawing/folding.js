// Opens and closes the blocks of a diagram, and places it anew each time, by the same rules as placing.py and
// scene.py. `picture` is the SVG, whose parent scrolls it; `places` is what html.py says of it. Each item of `places`
// gets the `number` of its group, and each block whether it is `open`.
export function makeFoldable(picture, places) {
  const { measures, graph: root } = places;
  const scroller = picture.parentElement;
  const groups = new Map([...picture.querySelectorAll("[id]")].map((element) => [element.id, element]));
  const find = (kind, number) => groups.get(kind + number);
  const frames = [];

  // Numbers items and lines in the order in which the picture has them.
  let items = 0;
  let lines = 0;
  const number = (graph) => {
    for (const way of graph.ways) way.line = lines++;
    for (const item of graph.items) {
      item.number = items++;
      if (!item.body) continue;
      item.open = find("item", item.number).classList.contains("open");
      frames.push(item);
      number(item.body);
    }
  };

  const extentOf = (item) => {
    if (!item.body) return item.extent;
    const body = place(item.body, measures.aboveFirst);
    if (!item.open) return item.closed;
    const left = body.left + measures.padding;
    const right = body.right + measures.padding;
    const lacking = Math.max(item.header - left - right, 0);
    const half = Math.floor(lacking / 2);
    return [left + half, right + lacking - half, measures.header + body.height];
  };

  const sides = (graph, vertex) => {
    const item = graph.items[vertex];
    if (!item) return [measures.lane, measures.lane];
    return [item.now[0], Math.max(item.now[1], item.label)];
  };

  // The x of each straight line: those to the right of the main one as far left as they can be, and the reverse.
  const columns = (graph) => {
    const before = new Map();
    const behind = new Map();
    const note = (map, key, other, gap) => map.set(key, [...(map.get(key) || []), [other, gap]]);
    for (const row of graph.rows) {
      for (let at = 1; at < row.length; at++) {
        const gap = sides(graph, row[at - 1])[1] + sides(graph, row[at])[0] + measures.between;
        const [left, right] = [graph.threads[row[at - 1]], graph.threads[row[at]]];
        note(before, right, left, gap);
        note(behind, left, right, gap);
      }
    }
    const at = new Map([[0, 0]]);
    for (const thread of [...graph.order].reverse()) {
      const found = (behind.get(thread) || []).filter(([right]) => at.has(right));
      if (found.length) at.set(thread, Math.min(...found.map(([right, gap]) => at.get(right) - gap)));
    }
    for (const thread of graph.order) {
      if (at.has(thread)) continue;
      const found = (before.get(thread) || []).map(([left, gap]) => at.get(left) + gap);
      at.set(thread, found.length ? Math.max(...found) : 0);
    }
    return graph.threads.map((thread) => at.get(thread));
  };

  const place = (graph, aboveFirst) => {
    for (const item of graph.items) item.now = extentOf(item);
    graph.columns = columns(graph);
    graph.tops = [];
    graph.heights = graph.rows.map((row) =>
      Math.max(0, ...row.map((vertex) => (graph.items[vertex] ? graph.items[vertex].now[2] : 0))),
    );
    let below = aboveFirst;
    graph.rows.forEach((row, at) => {
      graph.tops.push(below);
      const tracks = graph.tracks[at];
      const tracked = measures.firstTrack + measures.track * (tracks - 1) + measures.belowTracks;
      const last = at === graph.rows.length - 1;
      below += graph.heights[at] + (last ? measures.belowLast : tracks ? tracked : measures.plainGap);
    });
    graph.height = below;
    graph.left = 0;
    graph.right = 0;
    graph.columns.forEach((x, vertex) => {
      const [left, right] = sides(graph, vertex);
      graph.left = Math.max(graph.left, left - x);
      graph.right = Math.max(graph.right, right + x);
    });
    return graph;
  };

  const pointsOf = (graph, way, rowOf) => {
    const points = [];
    way.tracks.forEach((track, at) => {
      const [upper, lower] = [way.way[at], way.way[at + 1]];
      const toBottom = lower === graph.bottom;
      let start = [toBottom ? 0 : graph.columns[lower], 0];
      if (upper !== graph.top) {
        const item = graph.items[upper];
        start = [graph.columns[upper], graph.tops[rowOf[upper]] + (item ? item.now[2] : 0)];
      }
      const end = toBottom ? [start[0], graph.height] : [graph.columns[lower], graph.tops[rowOf[lower]]];
      points.push(start);
      if (track >= 0) {
        const row = rowOf[upper];
        const y = graph.tops[row] + graph.heights[row] + measures.firstTrack + measures.track * track;
        points.push([start[0], y], [end[0], y]);
      }
      points.push(end);
    });
    return points;
  };

  const show = (element, shown) => {
    if (shown) element.removeAttribute("display");
    else element.setAttribute("display", "none");
  };

  const drawFrame = (item, group) => {
    const [left, right, height] = item.now;
    group.classList.toggle("open", item.open);
    group.classList.toggle("closed", !item.open);
    group.setAttribute("aria-expanded", item.open);
    for (const box of group.querySelectorAll(".box")) {
      box.setAttribute("x", -left);
      box.setAttribute("width", left + right);
      if (!box.classList.contains("bar")) box.setAttribute("height", height);
    }
    group.querySelector(".words").setAttribute("transform", `translate(${-left},0)`);
    const badge = group.querySelector(".badge");
    if (badge) badge.setAttribute("transform", `translate(${right},0)`);
  };

  const draw = (graph, x, y, shown) => {
    const rowOf = {};
    graph.rows.forEach((row, at) => row.forEach((vertex) => (rowOf[vertex] = at)));
    for (const way of graph.ways) {
      const line = find("line", way.line);
      show(line, shown);
      const points = pointsOf(graph, way, rowOf);
      if (shown) line.setAttribute("points", points.map((each) => `${each[0] + x},${each[1] + y}`).join(" "));
    }
    graph.items.forEach((item, vertex) => {
      const group = find("item", item.number);
      const label = find("label", item.number);
      const [left, top] = [x + graph.columns[vertex], y + graph.tops[rowOf[vertex]]];
      show(group, shown);
      group.setAttribute("transform", `translate(${left},${top})`);
      if (label) {
        show(label, shown);
        label.setAttribute("x", left + measures.labelLeft);
        label.setAttribute("y", top + item.now[2] + 15);
      }
      if (!item.body) return;
      drawFrame(item, group);
      draw(item.body, left, top + measures.header, shown && item.open);
    });
  };

  // Shows the main line first where there is less room than the picture is wide.
  const center = () => {
    scroller.scrollLeft = root.left + measures.margin - scroller.clientWidth / 2;
  };

  const update = () => {
    place(root, 0);
    draw(root, root.left + measures.margin, measures.margin, true);
    const width = root.left + root.right + 2 * measures.margin;
    const height = root.height - measures.belowLast + 2 * measures.margin;
    picture.setAttribute("width", width);
    picture.setAttribute("height", height);
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const paper = picture.querySelector(".paper");
    paper.setAttribute("width", width);
    paper.setAttribute("height", height);
  };

  // Where the line of a block is on the screen.
  const lineOf = (item) => {
    const box = find("item", item.number).getBoundingClientRect();
    return [box.x + item.now[0], box.y];
  };

  const toggle = (item) => {
    const before = lineOf(item);
    item.open = !item.open;
    update();
    // The block's line stays where it was: the picture is scrolled, and then the page by what is left.
    const moved = () => lineOf(item).map((now, axis) => now - before[axis]);
    scroller.scrollLeft += moved()[0];
    scroller.scrollTop += moved()[1];
    window.scrollBy(0, moved()[1]);
  };

  const listen = (item) => {
    const group = find("item", item.number);
    group.addEventListener("click", (event) => {
      // A click into an open block's empty room is no wish to close it.
      if (item.open && event.target.matches(".f0, .f1")) return;
      toggle(item);
    });
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle(item);
    });
  };

  number(root);
  frames.forEach(listen);
  place(root, 0);
  if (picture.clientWidth > scroller.clientWidth) center();

  // Opens the blocks for which `isOpen` is true, and closes the others.
  const openWhere = (isOpen) => {
    for (const item of frames) item.open = isOpen(item);
    update();
  };
  return { frames, openWhere, center };
}

// A page with one diagram and its buttons.
export function foldPage() {
  const places = JSON.parse(document.getElementById("places").textContent);
  const folding = makeFoldable(document.querySelector(".picture svg"), places);
  for (const [id, open] of [
    ["open-all", true],
    ["close-all", false],
  ]) {
    document.getElementById(id)?.addEventListener("click", () => {
      folding.openWhere(() => open);
      folding.center();
    });
  }
}
