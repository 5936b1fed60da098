extension HostScript {
    /// The script of ``clean()``. Only files with names that Plush gives are removed, and directories that are empty
    /// then, ~/.cache included, which a launch makes where it is missing; a directory of another user, or a link in a place where everybody may write, is not looked into.
    static let cleanScript = oneLine(
        #"""
        p_say() { printf "\001plush-host %s\n" "$*"; };
        LC_ALL=C; export LC_ALL; p_user=$(id -u) p_files=0 p_bytes=0;
        p_4=[0-9a-f][0-9a-f][0-9a-f][0-9a-f]; p_16=$p_4$p_4$p_4$p_4; p_64=$p_16$p_16$p_16$p_16;
        for p_dir in "$HOME/.cache/plush" /var/tmp/plush-$p_user /tmp/plush-$p_user; do
        case $p_dir in /.cache/*) continue;; /*/.cache/*) ;; *) [ -h "$p_dir" ] && continue;; esac;
        [ -d "$p_dir" ] && [ -O "$p_dir" ] || continue;
        set --; for p_file in "$p_dir"/*; do
        case ${p_file##*/} in agent-$p_64|agent-$p_64.*.ok|part-*.*-*) [ -f "$p_file" ] && set -- "$@" "$p_file";; esac;
        done;
        [ $# = 0 ] || { p_size=$(cat "$@" 2>/dev/null | wc -c);
        p_err=$(rm -f "$@" 2>&1) || { p_say fault clean "${p_err##*: }"; exit 1; };
        p_files=$((p_files + $#)) p_bytes=$((p_bytes + p_size)); };
        rmdir "$p_dir" 2>/dev/null; case $p_dir in "$HOME"/.cache/*) rmdir "$HOME/.cache" 2>/dev/null;; esac; done;
        p_say cleaned $p_files $p_bytes
        """#)
}
