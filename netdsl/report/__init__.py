"""What a finished run can tell, as pictures. Reads run folders and tables of numbers; imports no torch.

    read_history(folder: Path) -> History                             raises DiagnosticError
    write_pictures(folder: Path) -> list[Path]                        raises DiagnosticError
    draw_curves(history: History, path: Path) -> Path                 raises DiagnosticError
    draw_confusion(table: ConfusionTable, path: Path) -> Path         raises DiagnosticError
    draw_predictions(shown: Sequence[ShownImage], path: Path, title: str, subtitle: str = "") -> Path
                                                                      raises DiagnosticError

Importing this package imports nothing heavy: Matplotlib, an extra, is
imported when something is drawn.
"""
