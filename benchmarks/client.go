// Go's net/http and encoding/json alone, which is what Customer.io's client for Go is made of, and
// like it reads responses to their end without parsing them. Takes turns like the worker of a Python
// contender.
//
//	client URL IN_FLIGHT
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
)

var body = map[string]any{
	"identifier": []map[string]any{{"external_id": "user_123"}},
	"email":      "ada@example.com",
	"timezone":   "Europe/London",
	"data": map[string]any{
		"plan": "pro", "seats": 12, "trial": false, "company": "Analytical Engines Ltd",
	},
}

func call(client *http.Client, url string) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest("POST", url+"/api/client/users", bytes.NewReader(content))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer sk_benchmark")
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.ReadAll(response.Body)
	return err
}

func run(client *http.Client, url string, inFlight, count int) {
	numbers := make(chan struct{}, count)
	for i := 0; i < count; i++ {
		numbers <- struct{}{}
	}
	close(numbers)
	var all sync.WaitGroup
	for i := 0; i < inFlight; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for range numbers {
				if err := call(client, url); err != nil {
					log.Fatal(err)
				}
			}
		}()
	}
	all.Wait()
}

func cpu() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		log.Fatal(err)
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
}

func main() {
	runtime.GOMAXPROCS(1)
	url := os.Args[1]
	inFlight, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: inFlight}}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		count, err := strconv.Atoi(lines.Text())
		if err != nil {
			log.Fatal(err)
		}
		began, before := time.Now(), cpu()
		run(client, url, inFlight, count)
		turn := map[string]any{
			"cpu": cpu() - before, "wall": time.Since(began).Seconds(), "facts": map[string]any{},
		}
		if err := json.NewEncoder(os.Stdout).Encode(turn); err != nil {
			log.Fatal(err)
		}
	}
}
