# Sourced: the function `venv` makes a virtual environment with pinned requirements, once.

venv() { # FOLDER REQUIREMENTS
    cmp -s "$2" "$1/requirements.txt" && return
    rm -rf "$1"
    python3 -m venv "$1" || return
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$2" || return
    cp "$2" "$1/requirements.txt"
}
