/* The peer of cronwrap's way to the journal: the same fields of one line of output, built anew for each line and
   sent as a datagram. Usage: journal_sender SOCKET LINES */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int to = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
    if (connect(to, (struct sockaddr *)&address, sizeof address) != 0) { perror(argv[1]); return 1; }
    char line[128], entry[1024];
    memset(line, 'x', 79);
    line[79] = 0;
    for (long left = atol(argv[2]); left > 0; left--) {
        struct timeval now;
        gettimeofday(&now, NULL);
        int length = snprintf(entry, sizeof entry,
            "SYSLOG_IDENTIFIER=%s\nCRONWRAP_JOB=%s\nCRONWRAP_RUN_ID=%s\nMESSAGE=%s\nPRIORITY=%d\n"
            "CRONWRAP_STREAM=%s\nCRONWRAP_TIME_USEC=%lld\n",
            "bench", "bench", "0b1f2c3d-1111-4222-8333-444455556666", line, 6, "out",
            now.tv_sec * 1000000LL + now.tv_usec);
        if (send(to, entry, length, MSG_NOSIGNAL) != length) { perror("send"); return 1; }
    }
    return 0;
}
