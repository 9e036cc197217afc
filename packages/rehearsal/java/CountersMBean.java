/** Ten counters as a busy application has them. They move by themselves: each reading of one moves it on. */
public interface CountersMBean {
    long getRequests();
    long getErrors();
    long getBytesSent();
    long getBytesReceived();
    long getSessions();
    long getUptimeMs();
    double getLoad();
    double getBusyShare();
    int getThreads();
    int getQueued();
}
